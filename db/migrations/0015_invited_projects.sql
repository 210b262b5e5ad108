ALTER TABLE `invitations` ADD `in_default` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `invitations` ADD `projects` text DEFAULT '[]' NOT NULL;