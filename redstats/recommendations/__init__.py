"""The two forms of Attachment 2: 推荐表 and 复评表."""
