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
	`name` text NOT NULL,
	`origin` text NOT NULL,
	`origin_path` text,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL,
	`deleted_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workflows_by_name` ON `workflows` (`name`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `runs_by_workflow` ON `runs` (`workflow`,`created_at`);