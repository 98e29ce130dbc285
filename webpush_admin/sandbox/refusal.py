"""A request that breaks a rule of the RFCs, with the status and the sentence that its sender is told.

Runs on: any
"""


class RequestRefused(Exception):
    """The request is refused whatever the temper of its endpoint.

    Attributes:
        status: HTTP status of the answer.
        problem: What is wrong and which section says so; it never repeats what the request held.
    """

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem
