CREATE TABLE `github_handovers` (
	`run_id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_at` text,
	`detail` text,
	`url` text,
	`made` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`run_id`, `kind`)
);
--> statement-breakpoint
CREATE INDEX `github_handovers_by_status` ON `github_handovers` (`status`);--> statement-breakpoint
CREATE TABLE `github_runs` (
	`run_id` text PRIMARY KEY NOT NULL,
	`project` text NOT NULL,
	`target` text NOT NULL,
	`added_at` text NOT NULL,
	`planned_at` text
);
--> statement-breakpoint
CREATE INDEX `github_runs_by_planned` ON `github_runs` (`planned_at`);--> statement-breakpoint
ALTER TABLE `trigger_deliveries` ADD `github` text;--> statement-breakpoint
ALTER TABLE `triggers` ADD `github` text;