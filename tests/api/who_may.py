"""Who may do what, whole: every route with every role, on one's own job and on somebody else's."""

PEOPLE = ("ann", "dan", "eve", "otto", "fay", "ada", "")
"""The columns: the member whose job it is, another member, adviser, operations, finance, auditor, nobody known."""

TABLE = """
# open to anybody; a link carries its own key, a webhook is signed
GET    /                                                            ok  ok  ok  ok  ok  ok  ok
GET    /sign-in                                                     ok  ok  ok  ok  ok  ok  ok
POST   /sign-in                                                     ok  ok  ok  ok  ok  ok  ok
POST   /forgotten                                                   ok  ok  ok  ok  ok  ok  ok
POST   /api/session                                                 ok  ok  ok  ok  ok  ok  ok
GET    /declare                                                     ok  ok  ok  ok  ok  ok  ok
GET    /help                                                        ok  ok  ok  ok  ok  ok  ok
GET    /privacy                                                     ok  ok  ok  ok  ok  ok  ok
GET    /terms                                                       ok  ok  ok  ok  ok  ok  ok
GET    /.well-known/security.txt                                    404 404 404 404 404 404 404
GET    /app.webmanifest                                             ok  ok  ok  ok  ok  ok  ok
POST   /declare                                                     ok  ok  ok  ok  ok  ok  ok
POST   /api/quotes                                                  ok  ok  ok  ok  ok  ok  ok
GET    /a/{client}                                                  ok  ok  ok  ok  ok  ok  ok
POST   /a/{client}                                                  ok  ok  ok  ok  ok  ok  ok
GET    /a/{client}/papers/{contract}                                404 404 404 404 404 404 404
POST   /a/{client}/cancel                                           ok  ok  ok  ok  ok  ok  ok
POST   /a/{client}/invoices/{invoice}/instalments                   404 404 404 404 404 404 404
POST   /a/{client}/invoices/{invoice}                               404 404 404 404 404 404 404
POST   /a/{client}/days                                             ok  ok  ok  ok  ok  ok  ok
POST   /a/{client}/renew                                            ok  ok  ok  ok  ok  ok  ok
GET    /i/{crew}                                                    ok  ok  ok  ok  ok  ok  ok
POST   /i/{crew}                                                    ok  ok  ok  ok  ok  ok  ok
POST   /i/{crew}/sign                                               ok  ok  ok  ok  ok  ok  ok
GET    /i/{crew}/papers/{contract}                                  ok  ok  ok  ok  ok  ok  ok
GET    /c/{calendar}/job.ics                                        ok  ok  ok  ok  ok  ok  ok
GET    /api/health/live                                             ok  ok  ok  ok  ok  ok  ok
GET    /api/health/ready                                            ok  ok  ok  ok  ok  ok  ok
GET    /api/health/metrics                                          ok  ok  ok  ok  ok  ok  ok
GET    /openapi.json                                                ok  ok  ok  ok  ok  ok  ok
GET    /docs                                                        ok  ok  ok  ok  ok  ok  ok
POST   /api/webhooks/{partner}                                      401 401 401 401 401 401 401
GET    /sign-in/oidc                                                404 404 404 404 404 404 404
GET    /sign-in/callback                                            404 404 404 404 404 404 404
GET    /password/{token}                                            ok  ok  ok  ok  ok  ok  ok
POST   /password/{token}                                            ok  ok  ok  ok  ok  ok  ok
# anybody who is signed in
GET    /me/security                                                 ok  ok  ok  ok  ok  ok  401
POST   /me/security/password                                        ok  ok  ok  ok  ok  ok  401
POST   /me/security/factor                                          ok  ok  ok  ok  ok  ok  401
POST   /me/security/factor/off                                      ok  ok  ok  ok  ok  ok  401
POST   /me/security/sessions                                        ok  ok  ok  ok  ok  ok  401
GET    /api/session                                                 ok  ok  ok  ok  ok  ok  401
GET    /api/me                                                      ok  ok  ok  ok  ok  ok  401
POST   /api/me                                                      ok  ok  ok  ok  ok  ok  401
GET    /me                                                          ok  ok  ok  ok  ok  ok  401
POST   /me                                                          ok  ok  ok  ok  ok  ok  401
POST   /drafts/{draft}/forget                                       ok  ok  ok  ok  ok  ok  401
POST   /api/demo/clock                                              ok  ok  ok  ok  ok  ok  401
POST   /demo/clock                                                  ok  ok  ok  ok  ok  ok  401
GET    /api/jobs                                                    ok  ok  ok  ok  ok  ok  401
GET    /api/jobs/facets                                             ok  ok  ok  ok  ok  ok  401
DELETE /api/session                                                 ok  ok  ok  ok  ok  ok  401
POST   /sign-out                                                    ok  ok  ok  ok  ok  ok  ok
# declaring: for oneself, or for a member who is named
POST   /api/jobs                                                    ok  ok  403 403 403 403 401
GET    /account                                                     ok  ok  403 403 403 403 401
GET    /account.csv                                                 ok  ok  403 403 403 403 401
GET    /calendar.ics                                                ok  ok  403 403 403 403 401
GET    /declare/clients                                             ok  ok  403 403 403 403 401
POST   /api/jobs?for=p-dan                                          403 ok  ok  403 403 403 401
GET    /declare/clients?for=p-dan                                   403 ok  ok  403 403 403 401
GET    /declare?like={job}                                          ok  404 ok  ok  ok  ok  ok
# a job, read
GET    /api/jobs/{job}                                              ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/history                                      ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/story                                        ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/events                                       ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/documents                                    ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/documents/{paper}                            ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/calendar.ics                                 ok  404 ok  ok  ok  ok  401
GET    /jobs/{job}                                                  ok  404 ok  ok  ok  ok  401
GET    /jobs/{job}/story                                            ok  404 ok  ok  ok  ok  401
POST   /jobs/{job}/calendar                                         ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/dossier                                      403 403 ok  ok  403 ok  401
# a job, changed: by its member or an adviser; an adviser alone says yes
POST   /api/jobs/{job}/withdraw                                     ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/move?dry_run=true                            ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/move/take-back                               ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/report                                       ok  404 ok  403 403 403 401
GET    /jobs/{job}/withdraw                                         ok  404 ok  403 403 403 401
POST   /jobs/{job}/withdraw                                         ok  404 ok  403 403 403 401
GET    /jobs/{job}/move                                             ok  404 ok  403 403 403 401
POST   /jobs/{job}/move                                             ok  404 ok  403 403 403 401
POST   /jobs/{job}/move/take-back                                   ok  404 ok  403 403 403 401
POST   /jobs/{job}/report                                           ok  404 ok  403 403 403 401
POST   /jobs/{job}/messages                                         ok  404 ok  403 403 403 401
POST   /jobs/{job}/incidents                                        ok  404 ok  403 403 403 401
POST   /jobs/{job}/incidents/{happening}/papers                     ok  404 ok  403 403 403 401
GET    /api/jobs/{job}/incidents                                    ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/incidents                                    ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/incidents/{happening}/papers?name=seen.pdf   ok  404 ok  403 403 403 401
POST   /jobs/{job}/receipts                                         ok  404 ok  403 403 403 401
POST   /api/jobs/{job}/approvals/{rule}                             403 403 ok  403 403 403 401
POST   /jobs/{job}/approvals/{rule}                                 403 403 ok  403 403 403 401
POST   /api/jobs/{job}/crew/{item}/withholding                      403 403 ok  403 403 403 401
POST   /jobs/{job}/crew/{item}/withholding                          403 403 ok  403 403 403 401
POST   /api/jobs/{job}/crew/{item}/account                          403 403 ok  403 ok  403 401
POST   /jobs/{job}/crew/{item}/account                              403 403 ok  403 ok  403 401
POST   /jobs/{job}/incidents/{happening}/closed                     403 403 ok  403 403 403 401
# a parked step: by whoever its problem names, and by operations
GET    /api/jobs/{job}/steps/{step:member}                          ok  404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/replay                   ok  404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/complete                 403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/skip                     ok  404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/answer                   ok  404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/fail                     ok  404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:member}/postpone                 ok  404 403 ok  403 403 401
POST   /jobs/{job}/steps/{step:member}                              ok  404 403 ok  403 403 401
GET    /jobs/{job}/steps/{step:member}                              ok  404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/steps/{step:advisor}                         403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/replay                  403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/complete                403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/skip                    403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/answer                  403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/fail                    403 404 ok  ok  403 403 401
POST   /api/jobs/{job}/steps/{step:advisor}/postpone                403 404 ok  ok  403 403 401
POST   /jobs/{job}/steps/{step:advisor}                             403 404 ok  ok  403 403 401
GET    /jobs/{job}/steps/{step:advisor}                             403 404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/steps/{step:finance}                         403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/replay                  403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/complete                403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/skip                    403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/answer                  403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/fail                    403 404 403 ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:finance}/postpone                403 404 403 ok  ok  403 401
POST   /jobs/{job}/steps/{step:finance}                             403 404 403 ok  ok  403 401
GET    /jobs/{job}/steps/{step:finance}                             403 404 ok  ok  ok  ok  401
GET    /api/jobs/{job}/steps/{step:ops}                             403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/replay                      403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/complete                    403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/skip                        403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/answer                      403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/fail                        403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:ops}/postpone                    403 404 403 ok  403 403 401
POST   /jobs/{job}/steps/{step:ops}                                 403 404 403 ok  403 403 401
GET    /jobs/{job}/steps/{step:ops}                                 403 404 ok  ok  ok  ok  401
# beside a parked step: being busy with it, notes, proofs
POST   /api/jobs/{job}/steps/{step:member}/claim                    403 404 ok  ok  ok  403 401
DELETE /api/jobs/{job}/steps/{step:member}/claim                    403 404 ok  ok  ok  403 401
POST   /api/jobs/{job}/steps/{step:member}/notes                    403 404 ok  ok  ok  403 401
GET    /api/jobs/{job}/steps/{step:member}/notes                    403 404 ok  ok  ok  ok  401
POST   /api/jobs/{job}/steps/{step:member}/evidence?name=seen.pdf   403 404 403 ok  403 403 401
POST   /api/jobs/{job}/steps/{step:finance}/evidence?name=seen.pdf  403 404 403 ok  ok  403 401
# an office: search, what is parked, decisions of one and of two
GET    /api/views                                                   403 403 ok  ok  ok  ok  401
POST   /api/views                                                   403 403 ok  ok  ok  ok  401
DELETE /api/views/{view:api}                                        403 403 ok  ok  ok  ok  401
GET    /advisor                                                     403 403 ok  ok  ok  ok  401
POST   /advisor/approvals                                           403 403 ok  403 403 403 401
POST   /advisor/views                                               403 403 ok  ok  ok  ok  401
POST   /advisor/views/{view:page}                                   403 403 ok  ok  ok  ok  401
GET    /ops                                                         403 403 ok  ok  ok  ok  401
GET    /ops/replays                                                 403 403 ok  ok  ok  ok  401
GET    /ops/replays/{replay}                                        403 403 ok  ok  ok  ok  401
GET    /api/ops/parked                                              403 403 ok  ok  ok  ok  401
GET    /api/ops/replays                                             403 403 ok  ok  ok  ok  401
GET    /api/ops/replays/{replay}                                    403 403 ok  ok  ok  ok  401
GET    /api/ops/replays/{replay}/items                              403 403 ok  ok  ok  ok  401
GET    /api/ops/replays/{replay}/items.csv                          403 403 ok  ok  ok  ok  401
GET    /api/ops/replays/{replay}/items.json                         403 403 ok  ok  ok  ok  401
GET    /api/ops/replays/{replay}/events                             403 403 ok  ok  ok  ok  401
GET    /api/ops/partners                                            403 403 ok  ok  ok  ok  401
GET    /api/ops/incidents                                           403 403 ok  ok  ok  ok  401
GET    /api/ops/deadlines?within=PT12H                              403 403 ok  ok  ok  ok  401
GET    /api/ops/operations/{operation}                              403 403 ok  ok  ok  ok  401
GET    /api/ops/reviews                                             403 403 ok  ok  ok  ok  401
GET    /api/ops/proposals                                           403 403 ok  ok  ok  ok  401
GET    /api/ops/proposals/{proposal}                                403 403 ok  ok  ok  ok  401
POST   /api/ops/reviews/{operation}                                 403 403 ok  ok  ok  403 401
POST   /ops/reviews/{operation}                                     403 403 ok  ok  ok  403 401
POST   /api/ops/proposals/{proposal}/confirm                        403 403 403 ok  ok  403 401
POST   /api/ops/proposals/{proposal}/refuse                         403 403 403 ok  ok  403 401
POST   /ops/proposals/{proposal}                                    403 403 403 ok  ok  403 401
GET    /accounts                                                    403 403 403 ok  403 ok  401
POST   /accounts/{account}                                          403 403 403 ok  403 403 401
GET    /setup                                                       403 403 403 ok  403 403 401
POST   /setup/{kind}                                                403 403 403 ok  403 403 401
POST   /api/ops/replays                                             403 403 403 ok  403 403 401
POST   /api/ops/replays/{replay}/pause                              403 403 403 ok  403 403 401
POST   /api/ops/replays/{replay}/resume                             403 403 403 ok  403 403 401
POST   /api/ops/replays/{replay}/stop                               403 403 403 ok  403 403 401
POST   /ops/replays/count                                           403 403 403 ok  403 403 401
POST   /ops/replays                                                 403 403 403 ok  403 403 401
POST   /ops/replays/{replay}                                        403 403 403 ok  403 403 401
POST   /api/ops/partners/{partner}/pause                            403 403 403 ok  403 403 401
POST   /api/ops/partners/{partner}/resume                           403 403 403 ok  403 403 401
POST   /api/ops/partners/{partner}/by-itself                        403 403 403 ok  403 403 401
POST   /ops/partners/{partner}                                      403 403 403 ok  403 403 401
GET    /api/ops/audit                                               403 403 ok  ok  403 ok  401
GET    /audit                                                       403 403 ok  ok  403 ok  401
POST   /api/temporal/codec/decode                                   403 403 403 ok  403 ok  401
# money
GET    /fund                                                        403 403 ok  ok  ok  ok  401
GET    /ledger                                                      403 403 ok  ok  ok  ok  401
GET    /ledger.csv                                                  403 403 ok  ok  ok  ok  401
GET    /api/debts                                                   403 403 ok  ok  ok  ok  401
GET    /waiting                                                     403 403 ok  ok  ok  ok  401
GET    /debtors/{debtor}                                            403 403 ok  ok  ok  ok  401
GET    /api/debtors/{debtor}                                        403 403 ok  ok  ok  ok  401
GET    /api/awaited                                                 403 403 ok  ok  ok  ok  401
GET    /api/books/month?entity=brussels&month=2026-02               403 403 ok  ok  ok  ok  401
GET    /api/debts/reopened                                          403 403 403 403 ok  ok  401
POST   /api/debts/{invoice}/again                                   403 403 403 403 ok  403 401
POST   /bank/debts/{invoice}                                        403 403 403 403 ok  403 401
POST   /debtors/{debtor}/plans/{invoice}                            403 403 ok  403 ok  403 401
POST   /debtors/{debtor}/plans/{invoice}/answer                     403 403 ok  403 ok  403 401
POST   /api/debts/{invoice}/instalments                             ok  404 ok  403 ok  403 401
POST   /api/debts/{invoice}/instalments/answer                      403 403 ok  403 ok  403 401
POST   /api/debts/{invoice}/instalments/resume                      403 403 ok  403 ok  403 401
POST   /api/debts/{invoice}/dispute                                 403 403 ok  403 ok  403 401
POST   /api/debts/{invoice}/dispute/settle                          403 403 ok  403 ok  403 401
GET    /bank                                                        403 403 403 403 ok  ok  401
GET    /api/bank/problems                                           403 403 403 403 ok  ok  401
POST   /api/bank/problems/{problem}/seen                            403 403 403 403 ok  403 401
POST   /bank/problems/{problem}                                     403 403 403 403 ok  403 401
GET    /api/bank/credits                                            403 403 403 403 ok  ok  401
POST   /api/bank/credits/{job}                                      403 403 403 403 ok  403 401
POST   /bank/credits/{job}                                          403 403 403 403 ok  403 401
GET    /api/bank/payees                                             403 403 403 403 ok  ok  401
POST   /api/bank/payees/{payment}                                   403 403 403 403 ok  403 401
POST   /bank/payees/{payment}                                       403 403 403 403 ok  403 401
GET    /api/bank/batches                                            403 403 403 403 ok  ok  401
GET    /api/bank/movements                                          403 403 403 403 ok  ok  401
GET    /api/bank/movements/{movement}                               403 403 403 403 ok  ok  401
GET    /api/bank/returned                                           403 403 403 403 ok  ok  401
POST   /api/bank/statements                                         403 403 403 403 ok  403 401
POST   /api/bank/batches                                            403 403 403 403 ok  403 401
POST   /api/bank/batches/{batch}/approve                            403 403 403 403 ok  403 401
GET    /api/hand-over?entity=brussels&year=2026&number=1            403 403 403 403 ok  403 401
GET    /hand-over                                                   403 403 403 403 ok  403 401
GET    /api/bank/batches/{batch}/file                               403 403 403 403 ok  403 401
POST   /api/bank/batches/{batch}/sent                               403 403 403 403 ok  403 401
POST   /api/bank/movements/{movement}/match                         403 403 403 403 ok  403 401
POST   /api/bank/returned/{payment}/again                           403 403 403 403 ok  403 401
POST   /api/bank/returned/{payment}/by-hand                         403 403 403 403 ok  403 401
POST   /bank/statements                                             403 403 403 403 ok  403 401
POST   /bank/movements/{movement}                                   403 403 403 403 ok  403 401
POST   /bank/batches                                                403 403 403 403 ok  403 401
POST   /bank/batches/{batch}                                        403 403 403 403 ok  403 401
"""
"""`ok` opens the door. Otherwise 401: say who you are; 403: not for you; 404: for you it does not exist.

A place such as `{step:finance}` names which one: the parked step whose problem finance decides. No issuer is set
up here, so that the way there does not exist; and what a partner says unsigned is refused to everybody.
"""

Cells = dict[str, str]


def rows() -> list[tuple[str, str, Cells]]:
    """Each line of the table: method, address, and the answer to each of the people."""
    told = [line.split() for line in TABLE.strip().splitlines() if not line.startswith("#")]
    return [(method, address, dict(zip(PEOPLE, cells, strict=True))) for method, address, *cells in told]
