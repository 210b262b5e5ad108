CREATE TABLE `billed_days` (
	`day` text PRIMARY KEY NOT NULL,
	`read_at` text NOT NULL,
	`form` text NOT NULL,
	`usage` text NOT NULL,
	`costs` text NOT NULL
);
