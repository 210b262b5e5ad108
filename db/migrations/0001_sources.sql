CREATE TABLE `sources` (
	`run_id` text NOT NULL,
	`digest` text NOT NULL,
	`source` text NOT NULL,
	PRIMARY KEY(`run_id`, `digest`)
);
