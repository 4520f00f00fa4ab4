-- The longest times without a connection that delivers: why, how often the client tried, and what it lost.
select
  endpoint,
  release,
  cause,
  detail,
  from_at,
  floor(gap_ms + 0.5) as length_ms,
  attempts,
  lost,
  repeated,
  session,
  exchange
from gaps
where gap_ms is not null
order by gap_ms desc, exchange
limit 50
