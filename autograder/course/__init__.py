"""The course as nbgrader keeps it: a folder made from the one source, grades put into its gradebook.

Stands behind `grade`, like every door; the engine knows nothing of it, and students do not get it.
"""
