"""Facts: one frame a month with every datum that is judged, as reported or derived, and the cell behind each."""
