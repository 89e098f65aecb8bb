"""Reading what suppliers answer: fields, moments, words, causes and the units that were issued."""
