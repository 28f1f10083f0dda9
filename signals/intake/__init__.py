"""From files to the lake: readers, column maps, layouts, quality gate."""
