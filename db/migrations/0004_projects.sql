CREATE TABLE `project_members` (
	`project_id` text NOT NULL,
	`person_id` text NOT NULL,
	`role` text NOT NULL,
	`added_at` text NOT NULL,
	PRIMARY KEY(`project_id`, `person_id`)
);
--> statement-breakpoint
CREATE INDEX `project_members_by_person` ON `project_members` (`person_id`);--> statement-breakpoint
CREATE TABLE `projects` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`created_at` text NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `projects_by_name` ON `projects` (lower("name"));