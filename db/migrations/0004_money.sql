CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`alert` text NOT NULL,
	`dismissed_at` text,
	`dismissed_by` text
);
--> statement-breakpoint
CREATE TABLE `run_totals` (
	`run_id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`workflow` text NOT NULL,
	`launched_by` text NOT NULL,
	`tags` text NOT NULL,
	`simulated` integer NOT NULL,
	`created_at` text NOT NULL,
	`ended_at` text,
	`status` text NOT NULL,
	`turns` integer NOT NULL,
	`unpriced_turns` integer NOT NULL,
	`spent_nano_usd` integer NOT NULL,
	`unsettled_nano_usd` integer NOT NULL,
	`answers` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `run_totals_by_creation` ON `run_totals` (`simulated`,`created_at`);--> statement-breakpoint
CREATE INDEX `run_totals_by_workflow` ON `run_totals` (`workflow`,`simulated`,`created_at`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`created_at` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` text,
	`last_answer` text,
	`delivered_at` text
);
--> statement-breakpoint
CREATE INDEX `deliveries_by_status` ON `deliveries` (`status`);--> statement-breakpoint
CREATE TABLE `price_versions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`model` text NOT NULL,
	`effective_from` text NOT NULL,
	`price` text,
	`origin` text NOT NULL,
	`set_at` text NOT NULL,
	`set_by` text NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `price_versions_by_row` ON `price_versions` (`model`,`effective_from`);--> statement-breakpoint
CREATE TABLE `repriced_turns` (
	`repricing_id` text NOT NULL,
	`run_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`turn` integer NOT NULL,
	`before` text,
	`after` text,
	`done` integer NOT NULL,
	PRIMARY KEY(`repricing_id`, `run_id`, `agent_id`, `turn`)
);
--> statement-breakpoint
CREATE TABLE `repricings` (
	`id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`by` text NOT NULL,
	`status` text NOT NULL,
	`asked` text NOT NULL,
	`turns` integer NOT NULL,
	`runs` integer NOT NULL,
	`before_nano_usd` integer NOT NULL,
	`after_nano_usd` integer NOT NULL,
	`undoes` text
);
--> statement-breakpoint
CREATE TABLE `run_costs` (
	`run_id` text NOT NULL,
	`day` text NOT NULL,
	`model` text NOT NULL,
	`phase` text NOT NULL,
	`pricing_tiers` text NOT NULL,
	`simulated` integer NOT NULL,
	`turns` integer NOT NULL,
	`unpriced_turns` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`hour_write_tokens` integer NOT NULL,
	`repeated_tokens` integer NOT NULL,
	`cost_nano_usd` integer NOT NULL,
	`input_nano_usd` integer NOT NULL,
	`output_nano_usd` integer NOT NULL,
	`cache_read_nano_usd` integer NOT NULL,
	`cache_write_nano_usd` integer NOT NULL,
	`web_search_nano_usd` integer NOT NULL,
	`unsettled_nano_usd` integer NOT NULL,
	PRIMARY KEY(`run_id`, `day`, `model`, `phase`, `pricing_tiers`)
);
--> statement-breakpoint
CREATE INDEX `run_costs_by_day` ON `run_costs` (`simulated`,`day`);--> statement-breakpoint
INSERT INTO run_totals
SELECT id, title, coalesce(workflow, 'ad hoc'), json_extract(head, '$.run.launchedBy'), json_extract(head, '$.run.tags'), simulated, created_at,
  json_extract(head, '$.run.endedAt'), status, json_extract(head, '$.totals.turns'), json_extract(head, '$.totals.unpricedTurns'),
  json_extract(head, '$.totals.spentNanoUsd'), json_extract(head, '$.totals.unsettledNanoUsd'),
  json_extract(head, '$.outcomeCounts.succeeded') + json_extract(head, '$.outcomeCounts.flagged') - json_extract(head, '$.outcomeCounts.reused')
FROM runs WHERE head <> '' AND json_extract(head, '$.run.dryRun') IS NULL AND id NOT LIKE 'trial-%';--> statement-breakpoint
INSERT INTO run_costs
SELECT t.run_id, substr(t.ended_at, 1, 10), t.model, coalesce(json_extract(a.state, '$.phase'), 'Agents'),
  trim(CASE json_extract(t.usage, '$.serviceTier') WHEN 'batch' THEN 'batch ' ELSE '' END ||
    CASE json_extract(t.usage, '$.speed') WHEN 'fast' THEN 'fast ' ELSE '' END ||
    CASE WHEN json_extract(t.usage, '$.inputTokens') + json_extract(t.usage, '$.cacheReadTokens') + json_extract(t.usage, '$.cacheWrite5mTokens') + json_extract(t.usage, '$.cacheWrite1hTokens') > 100000 THEN 'long ' ELSE '' END ||
    CASE json_extract(t.usage, '$.inferenceGeo') WHEN 'us' THEN 'us' ELSE '' END),
  b.simulated, count(*), sum(t.cost IS NULL),
  sum(json_extract(t.usage, '$.inputTokens') + coalesce((SELECT sum(json_extract(i.value, '$.inputTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0)),
  sum(json_extract(t.usage, '$.outputTokens') + coalesce((SELECT sum(json_extract(i.value, '$.outputTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0)),
  sum(json_extract(t.usage, '$.cacheReadTokens') + coalesce((SELECT sum(json_extract(i.value, '$.cacheReadTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0)),
  sum(json_extract(t.usage, '$.cacheWrite5mTokens') + coalesce((SELECT sum(json_extract(i.value, '$.cacheWrite5mTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0) + json_extract(t.usage, '$.cacheWrite1hTokens') + coalesce((SELECT sum(json_extract(i.value, '$.cacheWrite1hTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0)),
  sum(json_extract(t.usage, '$.cacheWrite1hTokens') + coalesce((SELECT sum(json_extract(i.value, '$.cacheWrite1hTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0)),
  sum(coalesce(min(t.prompt, t.before), 0)),
  coalesce(sum(json_extract(t.cost, '$.totalNanoUsd')), 0),
  coalesce(sum(json_extract(t.cost, '$.byKind.input')), 0),
  coalesce(sum(json_extract(t.cost, '$.byKind.output')), 0),
  coalesce(sum(json_extract(t.cost, '$.byKind.cacheRead')), 0),
  coalesce(sum(json_extract(t.cost, '$.byKind.cacheWrite5m') + json_extract(t.cost, '$.byKind.cacheWrite1h')), 0),
  coalesce(sum(json_extract(t.cost, '$.byKind.webSearch')), 0),
  0
FROM (SELECT *, json_extract(usage, '$.inputTokens') + json_extract(usage, '$.cacheReadTokens') + json_extract(usage, '$.cacheWrite5mTokens') + json_extract(usage, '$.cacheWrite1hTokens') AS prompt,
    lag(json_extract(usage, '$.inputTokens') + json_extract(usage, '$.cacheReadTokens') + json_extract(usage, '$.cacheWrite5mTokens') + json_extract(usage, '$.cacheWrite1hTokens')) OVER (PARTITION BY run_id, agent_id, attempt ORDER BY turn) AS before
  FROM turns) t
JOIN run_totals b ON b.run_id = t.run_id
JOIN agents a ON a.run_id = t.run_id AND a.id = t.agent_id
GROUP BY 1, 2, 3, 4, 5;--> statement-breakpoint
INSERT INTO run_costs
SELECT a.run_id, substr(b.created_at, 1, 10), json_extract(a.state, '$.model'), coalesce(json_extract(a.state, '$.phase'), 'Agents'), '', b.simulated,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, sum(json_extract(a.state, '$.unsettledNanoUsd'))
FROM agents a JOIN run_totals b ON b.run_id = a.run_id
WHERE json_extract(a.state, '$.unsettledNanoUsd') > 0 GROUP BY 1, 2, 3, 4, 5
ON CONFLICT DO UPDATE SET unsettled_nano_usd = unsettled_nano_usd + excluded.unsettled_nano_usd;
