CREATE TABLE `agents` (
	`run_id` text NOT NULL,
	`id` text NOT NULL,
	`position` integer NOT NULL,
	`status` text NOT NULL,
	`key` text NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	`state` text NOT NULL,
	`spec` text NOT NULL,
	`result` text,
	PRIMARY KEY(`run_id`, `id`)
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`at` text NOT NULL,
	`alert` text NOT NULL,
	`dismissed_at` text,
	`dismissed_by` text
);
--> statement-breakpoint
CREATE TABLE `daily_costs` (
	`day` text NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
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
	PRIMARY KEY(`simulated`, `day`, `model`, `workflow`, `phase`, `launched_by`, `project`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `day_agents` (
	`day` text NOT NULL,
	`simulated` integer NOT NULL,
	`agents` integer NOT NULL,
	PRIMARY KEY(`day`, `simulated`)
);
--> statement-breakpoint
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
CREATE TABLE `events` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`at` text NOT NULL,
	`type` text NOT NULL,
	`agent_id` text,
	`data` text NOT NULL,
	PRIMARY KEY(`run_id`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `events_by_agent` ON `events` (`run_id`,`agent_id`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`key` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`run_id` text NOT NULL,
	`created_at` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `in_flight_turns` (
	`run_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`run_id`, `agent_id`)
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`run_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`position` integer NOT NULL,
	`attempt` integer NOT NULL,
	`turn` integer NOT NULL,
	`role` text NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`run_id`, `agent_id`, `position`)
);
--> statement-breakpoint
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
	`cache_saved_nano_usd` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`run_id`, `day`, `model`, `phase`, `pricing_tiers`)
);
--> statement-breakpoint
CREATE INDEX `run_costs_by_day` ON `run_costs` (`simulated`,`day`,`run_id`,`phase`,`model`,`turns`,`cost_nano_usd`,`unsettled_nano_usd`);--> statement-breakpoint
CREATE TABLE `run_totals` (
	`run_id` text PRIMARY KEY NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
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
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
	`seq` integer NOT NULL,
	`status` text NOT NULL,
	`title` text NOT NULL,
	`workflow` text,
	`simulated` integer NOT NULL,
	`created_at` text NOT NULL,
	`head` text NOT NULL,
	`script` text NOT NULL,
	`args` text NOT NULL,
	`result` text
);
--> statement-breakpoint
CREATE INDEX `runs_by_creation` ON `runs` (`created_at`);--> statement-breakpoint
CREATE INDEX `runs_by_status` ON `runs` (`status`);--> statement-breakpoint
CREATE INDEX `runs_by_workflow` ON `runs` (`workflow`,`created_at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sources` (
	`run_id` text NOT NULL,
	`digest` text NOT NULL,
	`source` text NOT NULL,
	PRIMARY KEY(`run_id`, `digest`)
);
--> statement-breakpoint
CREATE TABLE `tag_costs` (
	`day` text NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
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
	PRIMARY KEY(`simulated`, `day`, `tag`, `phase`, `model`, `workflow`, `launched_by`, `project`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `turns` (
	`run_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`turn` integer NOT NULL,
	`attempt` integer NOT NULL,
	`model` text NOT NULL,
	`usage` text NOT NULL,
	`cost` text,
	`stop_reason` text NOT NULL,
	`request_id` text,
	`started_at` text NOT NULL,
	`first_token_at` text,
	`ended_at` text NOT NULL,
	PRIMARY KEY(`run_id`, `agent_id`, `turn`)
);
--> statement-breakpoint
CREATE TABLE `workflow_versions` (
	`workflow_id` text NOT NULL,
	`version` integer NOT NULL,
	`source` text NOT NULL,
	`digest` text NOT NULL,
	`saved_at` text NOT NULL,
	`saved_by` text NOT NULL,
	`note` text,
	PRIMARY KEY(`workflow_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `workflows` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
	`name` text NOT NULL,
	`origin` text NOT NULL,
	`origin_path` text,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL,
	`deleted_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workflows_by_name` ON `workflows` (`project`,`name`) WHERE deleted_at IS NULL;