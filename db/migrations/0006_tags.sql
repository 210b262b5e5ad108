CREATE TABLE `tag_costs` (
	`day` text NOT NULL,
	`tag` text NOT NULL,
	`model` text NOT NULL,
	`workflow` text NOT NULL,
	`phase` text NOT NULL,
	`launched_by` text NOT NULL,
	`simulated` integer NOT NULL,
	`turns` integer NOT NULL,
	`unpriced_turns` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_nano_usd` integer NOT NULL,
	`input_nano_usd` integer DEFAULT 0 NOT NULL,
	`output_nano_usd` integer DEFAULT 0 NOT NULL,
	`cache_read_nano_usd` integer DEFAULT 0 NOT NULL,
	`cache_write_nano_usd` integer DEFAULT 0 NOT NULL,
	`web_search_nano_usd` integer DEFAULT 0 NOT NULL,
	`unsettled_nano_usd` integer NOT NULL,
	`cache_saved_nano_usd` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`simulated`, `day`, `tag`, `phase`, `model`, `workflow`, `launched_by`)
) WITHOUT ROWID;
--> statement-breakpoint
DROP INDEX `run_costs_by_day`;--> statement-breakpoint
ALTER TABLE `run_costs` ADD `cache_saved_nano_usd` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `run_costs_by_day` ON `run_costs` (`simulated`,`day`,`run_id`,`phase`,`model`,`turns`,`cost_nano_usd`,`unsettled_nano_usd`);--> statement-breakpoint
CREATE TABLE `__new_daily_costs` (
	`day` text NOT NULL,
	`model` text NOT NULL,
	`workflow` text NOT NULL,
	`phase` text NOT NULL,
	`launched_by` text NOT NULL,
	`simulated` integer NOT NULL,
	`turns` integer NOT NULL,
	`unpriced_turns` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cache_read_tokens` integer NOT NULL,
	`cache_write_tokens` integer NOT NULL,
	`cost_nano_usd` integer NOT NULL,
	`input_nano_usd` integer DEFAULT 0 NOT NULL,
	`output_nano_usd` integer DEFAULT 0 NOT NULL,
	`cache_read_nano_usd` integer DEFAULT 0 NOT NULL,
	`cache_write_nano_usd` integer DEFAULT 0 NOT NULL,
	`web_search_nano_usd` integer DEFAULT 0 NOT NULL,
	`unsettled_nano_usd` integer NOT NULL,
	`cache_saved_nano_usd` integer DEFAULT 0 NOT NULL,
	`unsettled_tokens` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`simulated`, `day`, `model`, `workflow`, `phase`, `launched_by`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_daily_costs`("day", "model", "workflow", "phase", "launched_by", "simulated", "turns", "unpriced_turns", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_nano_usd", "input_nano_usd", "output_nano_usd", "cache_read_nano_usd", "cache_write_nano_usd", "web_search_nano_usd", "unsettled_nano_usd", "cache_saved_nano_usd", "unsettled_tokens") SELECT "day", "model", "workflow", "phase", "launched_by", "simulated", "turns", "unpriced_turns", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "cost_nano_usd", "input_nano_usd", "output_nano_usd", "cache_read_nano_usd", "cache_write_nano_usd", "web_search_nano_usd", "unsettled_nano_usd", CASE WHEN input_tokens = 0 THEN 0 ELSE CAST(floor(1.0 * (cache_read_tokens + cache_write_tokens) * input_nano_usd / input_tokens
  - (cache_read_nano_usd + cache_write_nano_usd) + 0.5) AS INTEGER) END, "unsettled_tokens" FROM `daily_costs`;--> statement-breakpoint
DROP TABLE `daily_costs`;--> statement-breakpoint
ALTER TABLE `__new_daily_costs` RENAME TO `daily_costs`;--> statement-breakpoint
UPDATE run_costs SET cache_saved_nano_usd = CASE WHEN input_tokens = 0 THEN 0 ELSE CAST(floor(1.0 * (cache_read_tokens + cache_write_tokens) * input_nano_usd / input_tokens
  - (cache_read_nano_usd + cache_write_nano_usd) + 0.5) AS INTEGER) END;--> statement-breakpoint
UPDATE runs SET head = json_set(head, '$.totals.cacheSavedNanoUsd', (
  SELECT coalesce(sum(CASE WHEN input = 0 THEN 0 ELSE CAST(floor(1.0 * cached * json_extract(cost, '$.byKind.input') / input
    - (json_extract(cost, '$.byKind.cacheRead') + json_extract(cost, '$.byKind.cacheWrite5m') + json_extract(cost, '$.byKind.cacheWrite1h')) + 0.5) AS INTEGER) END), 0)
  FROM (SELECT t.cost AS cost,
      json_extract(t.usage, '$.inputTokens') + coalesce((SELECT sum(json_extract(i.value, '$.inputTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0) AS input,
      json_extract(t.usage, '$.cacheReadTokens') + json_extract(t.usage, '$.cacheWrite5mTokens') + json_extract(t.usage, '$.cacheWrite1hTokens')
      + coalesce((SELECT sum(json_extract(i.value, '$.cacheReadTokens') + json_extract(i.value, '$.cacheWrite5mTokens') + json_extract(i.value, '$.cacheWrite1hTokens')) FROM json_each(t.usage, '$.iterations') i WHERE json_extract(i.value, '$.type') <> 'message'), 0) AS cached
    FROM turns t WHERE t.run_id = runs.id AND t.cost IS NOT NULL)))
WHERE head <> '';--> statement-breakpoint
INSERT INTO tag_costs
SELECT c.day, t.tag, c.model, b.workflow, c.phase, b.launched_by, c.simulated, sum(c.turns), sum(c.unpriced_turns), sum(c.input_tokens),
  sum(c.output_tokens), sum(c.cache_read_tokens), sum(c.cache_write_tokens), sum(c.cost_nano_usd), sum(c.input_nano_usd),
  sum(c.output_nano_usd), sum(c.cache_read_nano_usd), sum(c.cache_write_nano_usd), sum(c.web_search_nano_usd), sum(c.unsettled_nano_usd), sum(c.cache_saved_nano_usd)
FROM run_costs c JOIN run_totals b ON b.run_id = c.run_id
JOIN (SELECT DISTINCT o.run_id, coalesce(j.value, '') AS tag FROM run_totals o LEFT JOIN json_each(o.tags) j) t ON t.run_id = c.run_id
GROUP BY 1, 2, 3, 4, 5, 6, 7;
