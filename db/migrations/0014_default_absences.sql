CREATE TABLE `default_absences` (
	`person_id` text PRIMARY KEY NOT NULL,
	`since` text NOT NULL
);
