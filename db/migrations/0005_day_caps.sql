CREATE TABLE `day_agents` (
	`day` text NOT NULL,
	`simulated` integer NOT NULL,
	`agents` integer NOT NULL,
	PRIMARY KEY(`day`, `simulated`)
);
--> statement-breakpoint
ALTER TABLE `daily_costs` ADD `unsettled_tokens` integer DEFAULT 0 NOT NULL;