-- Events by hour (UTC) and endpoint: how many, their bytes, and in how many streams.
select
  date_trunc('hour', arrived_at) as hour,
  endpoint,
  count(*) as events,
  sum(size) as bytes,
  count(distinct stream) as streams,
  floor(1000.0 * count(*) / 3600 + 0.5) / 1000 as events_per_s
from records
where kind = 'event'
group by date_trunc('hour', arrived_at), endpoint
order by hour, endpoint
limit 10000
