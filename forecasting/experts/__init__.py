"""Ways to forecast: each stands behind one seam."""
