-- Time to the first token by model, ms, by the nearest rank, and how answers ended.
with ranked as (
  select
    model,
    format,
    status,
    ttft_ms,
    row_number() over (partition by model, format order by ttft_ms) as place,
    count(*) over (partition by model, format) as answers_timed
  from answers
  where number = 0 and ttft_ms is not null
)
select
  model,
  format,
  max(answers_timed) as answers,
  floor(max(case when place = ceil(0.5 * answers_timed) then ttft_ms end) + 0.5) as p50_ms,
  floor(max(case when place = ceil(0.9 * answers_timed) then ttft_ms end) + 0.5) as p90_ms,
  floor(max(case when place = ceil(0.99 * answers_timed) then ttft_ms end) + 0.5) as p99_ms,
  sum(case when status = 'complete' then 0 else 1 end) as not_complete
from ranked
group by model, format
order by answers desc, model, format
limit 100
