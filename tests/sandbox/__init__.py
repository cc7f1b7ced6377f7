"""The sandbox keeps the manners its README promises."""
