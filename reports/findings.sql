-- What is not well, by endpoint and release: how many streams each finding was seen in, in how many recordings, and since when.
select
  endpoint,
  release,
  severity,
  code,
  count(distinct stream) as streams,
  count(distinct session) as recordings,
  sum(case when certain then 0 else 1 end) as not_certain,
  min(opened_at) as first_seen,
  max(opened_at) as last_seen
from findings
group by endpoint, release, severity, code
order by
  endpoint,
  release,
  case severity when 'error' then 1 when 'warning' then 2 else 3 end,
  streams desc,
  code
limit 1000
