"""Questions with known answers over public code: how well ncs and others find the place."""
