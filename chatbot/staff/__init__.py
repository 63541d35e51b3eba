"""What staff do about questions that were refused or disliked: see them sorted, answer them, keep them as golden."""
