"""What is sold: bundles, catalogues and orders as documents, and the instants that their rules come to."""
