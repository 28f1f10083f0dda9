"""Long tables of any origin: what their columns mean, their periods, and the panel they give."""
