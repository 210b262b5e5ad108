CREATE TABLE `payer_costs` (
	`day` text NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
	`payer` text NOT NULL,
	`owner` text DEFAULT '' NOT NULL,
	`simulated` integer NOT NULL,
	`spent_nano_usd` integer DEFAULT 0 NOT NULL,
	`unsettled_nano_usd` integer DEFAULT 0 NOT NULL,
	`tokens` integer DEFAULT 0 NOT NULL,
	`agents` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`simulated`, `day`, `project`, `payer`, `owner`)
);

--> statement-breakpoint
INSERT INTO `payer_costs` (`day`, `project`, `payer`, `owner`, `simulated`, `spent_nano_usd`, `unsettled_nano_usd`, `tokens`)
	SELECT c.`day`, c.`project`, c.`launched_by`, coalesce(k.`owner_id`, ''), c.`simulated`, sum(c.`cost_nano_usd`),
		sum(c.`unsettled_nano_usd`),
		sum(c.`input_tokens` + c.`output_tokens` + c.`cache_read_tokens` + c.`cache_write_tokens` + c.`unsettled_tokens`)
	FROM `daily_costs` c LEFT JOIN `api_keys` k ON k.`id` = c.`launched_by`
	GROUP BY c.`day`, c.`project`, c.`launched_by`, k.`owner_id`, c.`simulated`;
