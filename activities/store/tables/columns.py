"""Column types that every table shares: instants with a zone, wide integers, structured choices."""

from typing import Any

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.dialects.postgresql import JSONB

Instant: Any = DateTime(timezone=True)
PenceColumn: Any = BigInteger
"""A plain ``int`` becomes 32 bits and overflows at £21,474,836.47, less than a high needs block."""
Choices: Any = JSONB(none_as_null=True)
