"""What a policy against cancellation says about claims: by when they are declared, and answered."""

from typing import Final

from domain.services.insurance import ClaimTerms

DEMONSTRATION_CLAIM_TERMS: Final = ClaimTerms(
    declare_within_days=8,
    answer_within_days=30,
    source="demonstration terms of this product",
    verified=False,
)
"""No general terms of an insurer were found: an installation replaces them by those of its policy."""
