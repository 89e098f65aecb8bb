"""What in a document contradicts itself or its catalogue; every problem names a field and a way out."""
