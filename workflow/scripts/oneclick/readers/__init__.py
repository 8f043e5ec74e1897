"""The reader study: the order of its cases, what comes back, what a real click is and what it is worth."""
