"""The buyer's page: progress in words, accounts that are waited for, and keys that are shown one by one."""
