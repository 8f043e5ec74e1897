"""What scores say: the paper's tests, tests by patients, the paper's claims."""
