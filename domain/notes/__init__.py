"""What is told to people, as codes with typed parameters, and its words in English and Chinese."""
