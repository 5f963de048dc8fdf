"""Items of a ranked list as JSON, in two parts: before and after the digits of the rank."""

from app.recommendations.board import Scored
from app.recommendations.present import to_ranked
from app.scoring.assessment import Question
from app.scoring.profiles import Profile


def render_item(scored: Scored, question: Question, profile: Profile) -> tuple[bytes, bytes]:
    """The JSON of one item before and after its rank, which is not looked at."""
    text = to_ranked(scored, question, profile).model_dump_json().encode()
    head, _, tail = text.partition(b',"rank":%d,"score":' % scored.rank)
    return head + b',"rank":', b',"score":' + tail
