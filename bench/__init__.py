"""Speed and cost as ratios against a floor measured in the same run on the same server."""
