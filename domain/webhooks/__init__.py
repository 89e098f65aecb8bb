"""What shops are notified of: public events made from the book's, and how hard each is tried. No I/O."""
