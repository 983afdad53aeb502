"""What follows from the effective unit: findings, access, failures, exposure score, timer."""
