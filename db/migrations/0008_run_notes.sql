CREATE TABLE `run_notes` (
	`id` text PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`text` text NOT NULL,
	`by` text NOT NULL,
	`at` text NOT NULL,
	`edited_by` text,
	`edited_at` text
);
--> statement-breakpoint
CREATE INDEX `run_notes_by_run` ON `run_notes` (`run_id`,`at`);