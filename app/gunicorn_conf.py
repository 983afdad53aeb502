"""How gunicorn serves the app (gunicorn settings)."""

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gevent"  # half-sent requests of slow clients hold no worker
worker_tmp_dir = "/dev/shm"  # heartbeats of the workers, kept off disks
limit_request_line = 8190  # a link has up to 8,000 bytes; gunicorn refuses 4,094 by default
control_socket_disable = True
accesslog = "-"
access_log_format = "%(m)s %(s)s %(B)s %(M)sms"  # neither path nor query: both are a person's text
