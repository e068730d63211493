"""What else may explain a candidate: a shift, a moved shadow, haze, cloud, a lean."""
