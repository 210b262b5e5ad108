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
CREATE TABLE `in_flight_turns` (
	`run_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`run_id`, `agent_id`)
);
--> statement-breakpoint
CREATE TABLE `daily_costs` (
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
	`unsettled_nano_usd` integer NOT NULL,
	PRIMARY KEY(`day`, `model`, `workflow`, `phase`, `launched_by`, `simulated`)
);
--> statement-breakpoint
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
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
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
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
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
