CREATE TABLE `deleted_runs` (
	`run_id` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trigger_deliveries` (
	`trigger_id` text NOT NULL,
	`delivery_id` text NOT NULL,
	`received_at` text NOT NULL,
	`outcome` text NOT NULL,
	`detail` text,
	`run_id` text,
	`args` text,
	PRIMARY KEY(`trigger_id`, `delivery_id`)
);
--> statement-breakpoint
CREATE INDEX `trigger_deliveries_by_time` ON `trigger_deliveries` (`trigger_id`,`received_at`);--> statement-breakpoint
CREATE INDEX `trigger_deliveries_by_outcome` ON `trigger_deliveries` (`outcome`);--> statement-breakpoint
CREATE TABLE `triggers` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
	`name` text NOT NULL,
	`launch` text NOT NULL,
	`when_busy` text NOT NULL,
	`monthly_nano_usd` integer,
	`most_failures` integer NOT NULL,
	`is_on` integer NOT NULL,
	`off_reason` text,
	`off_detail` text,
	`owner` text NOT NULL,
	`created_at` text NOT NULL,
	`on_since` text NOT NULL,
	`signed_as` text NOT NULL,
	`mapping` text NOT NULL,
	`secret` text NOT NULL,
	`former_secret` text
);
