"""The whole stack on one machine: PostgreSQL, Temporal, supplier simulators and a worker."""
