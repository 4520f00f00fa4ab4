-- How connections survive silence, with and without a heartbeat: of those that were silent for so long, how many were cut in that silence.
with idle as (
  select 1 as idle_s, 5 as next_s
  union all select 5, 10
  union all select 10, 15
  union all select 15, 30
  union all select 30, 60
  union all select 60, 120
  union all select 120, 300
  union all select 300, 3600
),
silent as (
  select
    case when heartbeat_ms is null then 'no' else 'yes' end as heartbeat,
    coalesce(longest_silence_ms, 0) as survived_ms,
    case when cause in ('end', 'network', 'lost') then coalesce(silence_at_end_ms, 0) else 0 end as cut_after_ms
  from exchanges
  where longest_silence_ms is not null
)
select
  heartbeat,
  idle_s,
  count(*) as connections,
  sum(case when cut_after_ms >= idle_s * 1000 and cut_after_ms < next_s * 1000 then 1 else 0 end) as cut,
  floor(
    100.0 * sum(case when cut_after_ms >= idle_s * 1000 and cut_after_ms < next_s * 1000 then 0 else 1 end) / count(*) + 0.5
  ) as survived_percent
from silent
cross join idle
where survived_ms >= idle_s * 1000 or cut_after_ms >= idle_s * 1000
group by heartbeat, idle_s
order by heartbeat, idle_s
