"""Words of texts: segmented, counted, grouped to topics, matched with names of the catalogue."""
