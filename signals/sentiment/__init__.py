"""What texts say: the encoder, the tuned model, its training, scoring."""
