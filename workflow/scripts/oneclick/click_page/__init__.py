"""A page on which people click: a finished study and the page's JavaScript as one HTML file."""
