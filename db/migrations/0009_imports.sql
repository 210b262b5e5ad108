CREATE TABLE `imported_runs` (
	`project` text NOT NULL,
	`origin` text NOT NULL,
	`run_id` text NOT NULL,
	`digest` text NOT NULL,
	`at` text NOT NULL,
	PRIMARY KEY(`project`, `origin`)
);
