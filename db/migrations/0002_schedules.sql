CREATE TABLE `scheduled_times` (
	`schedule_id` text NOT NULL,
	`due_at` text NOT NULL,
	`outcome` text NOT NULL,
	`detail` text,
	`run_id` text,
	PRIMARY KEY(`schedule_id`, `due_at`)
);
--> statement-breakpoint
CREATE INDEX `scheduled_times_by_outcome` ON `scheduled_times` (`outcome`);--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`project` text DEFAULT 'default' NOT NULL,
	`name` text NOT NULL,
	`launch` text NOT NULL,
	`cron` text NOT NULL,
	`time_zone` text NOT NULL,
	`when_busy` text NOT NULL,
	`monthly_nano_usd` integer,
	`most_failures` integer NOT NULL,
	`is_on` integer NOT NULL,
	`off_reason` text,
	`off_detail` text,
	`owner` text NOT NULL,
	`created_at` text NOT NULL,
	`on_since` text NOT NULL,
	`next_at` text
);
