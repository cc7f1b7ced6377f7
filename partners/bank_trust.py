"""How far what a bank delivers is trusted: only what adds up, and what is wrong is said in words."""

from pydantic import ValidationError

from domain.statements import BankFileUnreadable, Statement


def balanced(statement: Statement) -> Statement:
    """The statement, once its movements lead from its opening to its closing balance."""
    if not statement.balanced:
        raise BankFileUnreadable(
            why=f"the movements of {statement.on} add up to {statement.moved_eur} EUR, which does not "
            f"lead from {statement.opening_eur} to {statement.closing_eur} EUR"
        )
    return statement


def why_of(error: BankFileUnreadable | ValidationError) -> str:
    """What is wrong, without the value itself."""
    if isinstance(error, BankFileUnreadable):
        return str(error.params.get("why", error))
    problem = error.errors()[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
