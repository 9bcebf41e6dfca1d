"""Few processes, since each costs memory; threads, since requests mostly wait. WEB_CONCURRENCY sets the processes."""

bind = "0.0.0.0:8000"
threads = 4
preload_app = True  # modules imported before the fork share their memory
worker_tmp_dir = "/dev/shm"  # noqa: S108 - gunicorn's heartbeat; on a disk it can stall
accesslog = "-"
