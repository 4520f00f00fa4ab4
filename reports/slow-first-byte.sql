-- The slowest first bytes by endpoint and release: from the request to the first byte of the body, ms, by the nearest rank.
with ranked as (
  select
    endpoint,
    release,
    first_byte_ms,
    row_number() over (partition by endpoint, release order by first_byte_ms) as place,
    count(*) over (partition by endpoint, release) as connections_timed
  from exchanges
  where first_byte_ms is not null
)
select
  endpoint,
  release,
  max(connections_timed) as connections,
  floor(max(case when place = ceil(0.5 * connections_timed) then first_byte_ms end) + 0.5) as p50_ms,
  floor(max(case when place = ceil(0.95 * connections_timed) then first_byte_ms end) + 0.5) as p95_ms,
  floor(max(case when place = ceil(0.99 * connections_timed) then first_byte_ms end) + 0.5) as p99_ms,
  floor(max(first_byte_ms) + 0.5) as max_ms
from ranked
group by endpoint, release
order by p95_ms desc, endpoint, release
limit 100
